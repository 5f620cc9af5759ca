-- For wrk: the tokens of a file, one a line, each request with the next one.
--   wrk -s tokens.lua URL -- FILE
local requests, position = {}, 0

function init(arguments)
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end
