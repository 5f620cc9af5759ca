-- The peer: what is written by hand for nginx's Lua module to do the gate's work. A token that was verified before
-- is found in a shared dictionary, then its device, session and user are looked up in another. How a token comes
-- into the cache is left out, to the peer's advantage: the benchmark puts it there by remember().
local cache = {}

local tokens = ngx.shared.tokens
local blocks = ngx.shared.blocks
local match = string.match

local function token_of(authorization)
  return authorization and match(authorization, "^Bearer (.+)$")
end

-- Arguments: exp, sub, sid and did of the request's token.
function cache.remember()
  local claims = ngx.req.get_uri_args()
  tokens:set(token_of(ngx.var.http_authorization), table.concat({ claims.exp, claims.sub, claims.sid, claims.did }, " "))
  ngx.exit(204)
end

function cache.check()
  local token = token_of(ngx.var.http_authorization)
  local claims = token and tokens:get(token)
  if not claims then
    return ngx.exit(401)
  end
  local expires, subject, session, device = match(claims, "^(%d+) (%S+) (%S+) (%S+)$")
  if tonumber(expires) <= ngx.time() then
    return ngx.exit(401)
  end
  if blocks:get("device:" .. device) or blocks:get("session:" .. session) or blocks:get("user:" .. subject) then
    return ngx.exit(403)
  end
end

return cache
