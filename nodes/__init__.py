"""The nodes floor: the plan language, tools, models, the symbolic default, and the graph's nodes."""
