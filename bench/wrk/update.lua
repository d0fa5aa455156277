-- Updates resources that are there, each in turn.
wrk.method = "PUT"
wrk.headers["content-type"] = "application/fhir+json"
local template = io.open(os.getenv("BODY")):read("*a")
local number = 0
function request()
  number = (number + 1) % 4000
  return wrk.format(nil, "/fhir/Patient/" .. number, nil, (template:gsub("%$I", number)))
end
