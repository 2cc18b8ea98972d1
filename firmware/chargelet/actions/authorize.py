"""Knows Authorize (OCPP 1.6 §4.1, §6.1). Knows not what its answer permits."""


def next_call(station):
    """The call for whoever waits before the reader."""
    question = station.authorization.next()
    if question is None:
        return None

    def answered(result, failure):
        if failure:
            station.log("authorize: no answer for %s: %s" % (question[0], failure))
            station.authorization.unanswered(question)
        else:
            info = result["idTagInfo"]
            station.authorization.answered(question, info["status"], info.get("parentIdTag"))

    return "Authorize", {"idTag": question[0]}, answered
