-- Creates observations of many patients at many times.
wrk.method = "POST"
wrk.headers["content-type"] = "application/fhir+json"
local template = io.open(os.getenv("BODY")):read("*a")
local number = 0
function request()
  number = number + 1
  local values = { P = number % 4000, M = string.format("%02d", number % 60), V = 50 + number % 50 }
  return wrk.format(nil, "/fhir/Observation", nil, (template:gsub("%$(%u)", values)))
end
