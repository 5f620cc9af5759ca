-- Changing and resetting passwords.

alter table challenge drop constraint challenge_purpose_check;
alter table challenge add constraint challenge_purpose_check
  check (purpose in ('verify_email', 'reset_password'));

-- Null: a decoy, whose code was sent to nobody. It makes an unknown account look like a known one.
alter table challenge alter column account_id drop not null;

-- How often the present password was asked for again, since the first of the tries that count.
create table password_try (
  account_id uuid primary key references account on delete cascade,
  count      integer not null,
  first_at   timestamptz not null
);
