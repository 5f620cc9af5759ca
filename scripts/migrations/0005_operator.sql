-- What the operator does by gatehousectl: who it was, and the plan by which signing keys follow each other.

alter table event add column unix_user text not null default '';

-- A key is published from created_at on, signs from used_from on, and is no more from retired_at on, which may
-- lie ahead.
alter table signing_key add column used_from timestamptz not null default now();
update signing_key set used_from = created_at;
