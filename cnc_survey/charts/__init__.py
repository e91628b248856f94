"""Charts: numbers in, shapes out; drawn the same in a page and in a picture file."""
