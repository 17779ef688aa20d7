"""The tests of the Observatory, one module each: values in, the token of the result out."""
