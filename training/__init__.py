"""How the shipped models were made; never needed to run geomap."""
