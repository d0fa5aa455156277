-- Reads resources by id, one after the other in an order without order.
local count = tonumber(os.getenv("COUNT"))
local number = 0
function request()
  number = (number * 1103515245 + 12345) % 2147483648
  return wrk.format("GET", "/fhir/Patient/" .. (number % count))
end
