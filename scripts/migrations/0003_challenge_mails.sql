-- A challenge without an account is a decoy: asked for an address that has nothing to confirm, it answers like
-- any other, and its code was sent to nobody.
alter table challenge alter column account_id drop not null;
alter table challenge add column address_mac bytea;  -- of the address that a decoy was asked for

-- How many codes were sent to an address, by HMAC of it and their purpose: addresses are kept in account alone.
create table mail_count (
  address_mac bytea primary key,
  since       timestamptz not null,          -- when the day began in which they are counted
  mails       integer not null,
  last_at     timestamptz                    -- of the last one
);
