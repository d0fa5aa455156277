-- Sends the same transaction again and again; the server gives new ids each time.
wrk.method = "POST"
wrk.headers["content-type"] = "application/fhir+json"
wrk.body = io.open(os.getenv("BODY")):read("*a")
wrk.path = "/fhir"
