-- An IPv4 address or network inside IPv6 (::ffff:192.0.2.0/120) is that IPv4 address, in a block, too.

drop index block_of_network;

alter table block drop column network;
alter table block add column network inet generated always as (
  case
    when kind <> 'ip' then null
    when subject::inet <<= '::ffff:0:0/96'::inet then
      set_masklen('0.0.0.0'::inet + (set_masklen(subject::inet, 128) - '::ffff:0:0'::inet),
                  masklen(subject::inet) - 96)
    else subject::inet
  end) stored;

create index block_of_network on block using gist (network inet_ops) where lifted_at is null and network is not null;
