-- The first schema of Gatehouse. Applied by `gatehoused migrate` and at the daemon's start, once, in one
-- transaction; never edited afterwards: a change is a file with the next number.
--
-- Ids are UUIDv7, made by the daemon. Personal data is in account, device, session and event alone.

create table account (
  id                uuid primary key,
  username          text not null,           -- as given
  username_key      text not null unique,    -- as compared
  email             text not null,           -- as given
  email_key         text not null,           -- as compared
  email_verified_at timestamptz,
  password_hash     text not null,           -- PHC string
  auth_version      integer not null default 1,
  roles             text[] not null default '{user}',
  disabled_at       timestamptz,
  attributes        jsonb not null default '{}',
  last_login_at     timestamptz,
  last_login_ip     inet,
  last_login_device uuid,
  last_logout_at    timestamptz,
  login_count       bigint not null default 0,
  created_at        timestamptz not null,
  updated_at        timestamptz not null
);

-- An address belongs to who has verified it; any number of accounts may claim it before.
create unique index account_verified_email on account (email_key) where email_verified_at is not null;
create index account_claimed_email on account (email_key, created_at);

-- A code that was sent to an address and must come back.
create table challenge (
  id         uuid primary key,
  account_id uuid not null references account on delete cascade,
  purpose    text not null check (purpose in ('verify_email')),
  code_mac   bytea not null,                 -- HMAC of challenge id and code
  tries_left integer not null check (tries_left >= 0),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);

create index challenge_of_account on challenge (account_id);

-- One browser (or app installation) of one account.
create table device (
  id             uuid primary key,
  account_id     uuid not null references account on delete cascade,
  browser_id     uuid not null,
  name           text not null,              -- given at login, may be empty
  user_agent     text not null,
  last_ip        inet,
  first_seen_at  timestamptz not null,
  last_login_at  timestamptz not null,
  last_logout_at timestamptz,
  login_count    bigint not null default 1,
  unique (account_id, browser_id)
);

create table session (
  id              uuid primary key,
  account_id      uuid not null references account on delete cascade,
  device_id       uuid not null references device on delete cascade,
  auth_time       timestamptz not null,
  auth_methods    text[] not null,           -- amr (RFC 8176)
  refresh_counter bigint not null,           -- of the newest refresh token
  refresh_secret  integer not null,          -- which secret that was made with
  refresh_salt    bytea not null,
  refreshed_at    timestamptz not null,
  absolute_end    timestamptz not null,
  idle_end        timestamptz not null,
  ended_at        timestamptz,
  end_reason      text,
  ip              inet,
  user_agent      text not null
);

create index session_of_account on session (account_id) where ended_at is null;
create index session_of_device on session (device_id);

-- Every block there was. Not bound to the rows it names: it outlives them, and may name what is not ours.
create table block (
  id              uuid primary key,
  kind            text not null check (kind in ('device', 'session', 'user', 'token', 'ip')),
  subject         text not null,             -- an id; for ip an address or network
  network         inet generated always as (case when kind = 'ip' then subject::inet end) stored,
  value           text not null,             -- as it stands in Redis: the reason, or before=<unix seconds>
  source          text not null check (source in ('api', 'ctl', 'redis', 'system')),
  set_by          uuid,
  created_at      timestamptz not null,
  ends_at         timestamptz,
  lifted_at       timestamptz,
  lifted_source   text check (lifted_source in ('api', 'ctl', 'redis', 'system')),
  lifted_by       uuid,
  published_epoch bigint                     -- in which Redis acknowledged the present state; null: not yet
);

create unique index block_in_force on block (kind, subject) where lifted_at is null;
create index block_of_key on block (kind, subject, created_at);
create index block_unpublished on block (created_at) where published_epoch is null;
create index block_of_network on block using gist (network inet_ops) where lifted_at is null and network is not null;
create index block_ending on block (ends_at) where lifted_at is null and ends_at is not null;

-- Counts the times that the set of blocks in Redis was completed; part of gatehouse:ready.
create sequence live_epoch;

-- Mails to be sent. What they say is sealed, and wiped once they are gone.
create table outbox (
  id          uuid primary key,
  sealed      bytea,
  created_at  timestamptz not null,
  next_try_at timestamptz not null,
  tries       integer not null default 0,
  last_error  text,
  sent_at     timestamptz,
  dead_at     timestamptz,
  check ((sealed is null) = (sent_at is not null or dead_at is not null))
);

create index outbox_due on outbox (next_try_at) where sent_at is null and dead_at is null;

create table signing_key (
  kid        text primary key,
  algorithm  text not null,
  sealed     bytea not null,                 -- PKCS #8
  created_at timestamptz not null,
  retired_at timestamptz
);

-- What happened. Partitioned by month, so that old months are dropped, not deleted.
create table event (
  id         uuid not null,
  time       timestamptz not null,
  type       text not null,
  outcome    text not null,
  reason     text not null,
  account_id uuid,
  session_id uuid,
  device_id  uuid,
  identifier text not null,                  -- what was typed, or the key that was blocked
  ip         inet,
  user_agent text not null,
  token_id   text not null,                  -- jti
  request_id text not null,
  primary key (time, id)
) partition by range (time);

create index event_of_account on event (account_id, time);
create index event_of_device on event (device_id, time);
create index event_of_session on event (session_id, time);
create index event_of_ip on event (ip, time);
create index event_of_type on event (type, time);
create index event_of_request on event (request_id);

-- Catches what the months below do not cover, so that a forgotten partition never refuses a login.
create table event_default partition of event default;

-- Makes the partition of the month of `at` and of those ahead, as far as they are missing.
create function make_event_partitions(at timestamptz, ahead integer) returns void
language plpgsql as $$
declare
  first timestamp := date_trunc('month', at at time zone 'utc');
  month timestamp;
  name  text;
begin
  for month in select generate_series(first, first + make_interval(months => ahead), '1 month') loop
    name := 'event_' || to_char(month, 'YYYY_MM');
    if to_regclass(name) is null then
      execute format('create table %I partition of event for values from (%L) to (%L)', name,
                     month at time zone 'utc', (month + interval '1 month') at time zone 'utc');
    end if;
  end loop;
end $$;

select make_event_partitions(now(), 3);
