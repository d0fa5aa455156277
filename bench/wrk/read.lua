-- Reads resources by id, one after the other in an order without order.
local count = tonumber(os.getenv("COUNT"))
local number = 0
local token = os.getenv("TOKEN")
if token then wrk.headers["Authorization"] = "Bearer " .. token end
function request()
  number = (number * 1103515245 + 12345) % 2147483648
  return wrk.format("GET", "/fhir/Patient/" .. (number % count))
end
