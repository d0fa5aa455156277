"""Small tools for HTML over HTTP: templates, static files, forms, cookies, headers, charts."""
