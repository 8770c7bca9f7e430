"""A plain script: one agent, asked from several threads at once. No event loop is needed anywhere.

python examples/threads.py
"""

from concurrent.futures import ThreadPoolExecutor

from planfirst import Agent

QUESTIONS = ("What is 15 % of 80?", "What is 3 km in miles?", "What is 12 * 12?")


def main() -> None:
    """Ask all questions at once and print the answers in order."""
    agent = Agent(knowledge=None)  # with documents: leave `knowledge` out, after `planfirst ingest FOLDER`
    with ThreadPoolExecutor(max_workers=len(QUESTIONS)) as threads:
        for result in threads.map(agent.ask, QUESTIONS):
            print(f"{result.question} {result.answer}")


if __name__ == "__main__":
    main()
