"""The version of geomap; asking the installed package's metadata would cost a quarter of a look-up's time."""

__version__ = "0.1.0"
