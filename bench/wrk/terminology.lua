-- Asks about codes of the made-up vocabulary: OPERATION is lookup, validate or subsumes.
local size = tonumber(os.getenv("SIZE"))
local operation = os.getenv("OPERATION")
local system = "http%3A%2F%2Fexample.org%2Fvocabulary"
local base = "/fhir/CodeSystem/$"

local function code()
  return string.format("%d", 100000000 + math.random(0, size - 1) * 7)
end

function init()
  math.randomseed(os.time())
end

function request()
  if operation == "lookup" then
    return wrk.format("GET", base .. "lookup?system=" .. system .. "&code=" .. code())
  elseif operation == "validate" then
    return wrk.format("GET", base .. "validate-code?url=" .. system .. "&code=" .. code())
  end
  return wrk.format(
    "GET", base .. "subsumes?system=" .. system .. "&codeA=" .. code() .. "&codeB=" .. code())
end
