"""Two small models that come with PlanFirst: one finds the words that answer a question, one takes a question apart.

Both are all-MiniLM-L6-v2, the embedder's own weights, with low-rank adapters of a few megabytes (Hu et al. 2021, LoRA)
and a head each. Neither writes a word: the one points into a text, the other labels the question's words.
"""
