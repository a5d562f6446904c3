"""Every figure of the book: one function each, house style, tier and vintage on the figure."""
