"""A page with every piece that Markdown makes, for the checker and for the browser."""

PIECES = """\
# Every piece

=== "One"

    First tab.

=== "Two"

    Second tab.

```python
print("copied")
```

!!! note "A note"

    With `code`.

??? tip "Folded"

    Inside.

| left | centre | right |
|:-----|:------:|------:|
| a    |   b    |     1 |

A word
:   and what it means.

## Once more

=== "One"

    First again.

=== "Two"

    Second again.
"""
