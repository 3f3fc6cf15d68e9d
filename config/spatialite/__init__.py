"""Django's SpatiaLite backend with a schema editor that can make a table anew."""
