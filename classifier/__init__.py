"""Sorts exported replies to a ministry's account by the deletion grounds of its policy; proposes, never deletes.

    from classifier.replies import Reply
    from classifier.scorer import Scorer

    scorer = Scorer.default()
    for result in scorer([Reply(id="1", text="地下鉄で電波が入らないのは困ります。")]):
        print(result.decision.action, result.decision.grounds)
"""

__version__ = "0.1.0"
