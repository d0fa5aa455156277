-- Searches by code and date, newest first, twenty on a page.
local day = 0
function request()
  day = day % 27 + 1
  local date = string.format("2026-10-%02d", day)
  return wrk.format("GET", "/fhir/Observation?code=8867-4&date=ge" .. date .. "&_sort=-date&_count=20&_total=none")
end
