"""The graph floor: the LangGraph graph, its checkpoints and run records, and the agent that composes the parts."""
