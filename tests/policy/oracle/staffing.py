"""Who must be in post where."""

from datetime import date

from .facts import AFFAIRS
from .verdicts import rule

PHASE_TWO = date(2021, 6, 1)
PHASE_THREE = date(2021, 7, 1)
POSTS = ("posts",)


def judge(city):
    for station in city.subjects("station"):
        yield from station_posts(city, station["code"])
    for point in city.subjects("point"):
        yield from point_posts(city, point["code"])
    for town in city.subjects("township"):
        yield town_ratio(city, town["code"])
    for village in city.subjects("village"):
        yield village_worker(city, village)
        yield from village_not_left_alone(city, village)
    for person in sorted(city.holders(("service",))):
        yield villages_of_worker(city, person)
    for person in sorted(city.holders((*AFFAIRS, "service"))):
        yield from places_of_posts(city, person)
    yield from county_liaisons(city)
    yield from supervisors(city)


def station_posts(city, code):
    subject = ("station", code)
    heads = {"01": "station_head", "02": "executive_deputy_head", "03": "deputy_head"}
    for number, post in heads.items():
        count = len(city.holders((post,), [code]))
        yield rule(city, f"HZ-4.2.1-{number}", subject, PHASE_TWO, count == 1, count, 1, POSTS)
    count = len(city.holders(("professional", "affairs"), [code]))
    yield rule(city, "HZ-4.2.1-04", subject, PHASE_TWO, count >= 1, count, 1, POSTS)
    yield from disability_specialists(city, code)
    count = len(city.holders(AFFAIRS, [code]))
    yield rule(city, "HZ-5.1-04", subject, PHASE_THREE, count >= 3, count, 3, POSTS, in_principle=True)
    kinds = (("deputy_head",), ("professional", "affairs"), ("disability_specialist",))
    filled = len([kind for kind in kinds if city.holders(kind, [code])])
    yield rule(city, "HZ-5.1-05", subject, PHASE_THREE, filled == 3, filled, 3, POSTS, in_principle=True)


def disability_specialists(city, code):
    subject = ("station", code)
    if city.lacks(POSTS):
        yield rule(city, "HZ-4.2.1-05", subject, PHASE_TWO, False, None, None, POSTS)
        return
    there = city.holders(("disability_specialist",), [code, city.town_of(code)])
    taken_in = there & city.holders(AFFAIRS, [code])
    if there:
        yield rule(city, "HZ-4.2.1-05", subject, PHASE_TWO, taken_in == there, len(taken_in), len(there), POSTS)


def point_posts(city, code):
    subject = ("point", code)
    count = len(city.holders(("point_contact",), [code]))
    yield rule(city, "HZ-4.2.1-06", subject, PHASE_TWO, count == 1, count, 1, POSTS)
    count = len(city.holders(("service",), [code, *city.villages_of_point(code)]))
    yield rule(city, "HZ-5.1-07", subject, PHASE_THREE, count >= 1, count, 1, POSTS, in_principle=True)


def town_ratio(city, town):
    """HZ-5.1-09: service-post workers against villages; a substitute is no further head."""
    places = [unit["code"] for kind in ("point", "village") for unit in city.in_town(kind, town)]
    count = len(city.holders(("service",), places))
    need = len(city.open_in_town("village", town))
    subject = ("township", town)
    return rule(city, "HZ-5.1-09", subject, PHASE_THREE, count >= need, count, need, POSTS, in_principle=True)


def service_holders(city, village):
    return city.holders(("service",), [village["code"], city.point_of(village) or village["code"]])


def village_worker(city, village):
    workers = service_holders(city, village)
    for person in list(workers):
        workers |= city.substitutes_of(person)
    subject = ("village", village["code"])
    ok = len(workers) >= 1
    return rule(city, "HZ-4.2.1-07", subject, PHASE_THREE, ok, len(workers), 1, POSTS, in_principle=True)


def villages_of_worker(city, person):
    carried = set()
    for holder in {person} | city.stood_in_for_by(person):
        for post in city.posts_on(city.as_of, ("service",)):
            if post["person"] == holder and city.kind_of(post["unit"]) == "village":
                carried.add(post["unit"])
    count = len(carried)
    return rule(city, "HZ-4.2.1-07", ("person", person), PHASE_THREE, count <= 1, count, 1, POSTS, in_principle=True)


def village_not_left_alone(city, village):
    """HZ-5.1-11: somebody present while a worker of the village is on leave."""
    fed_by = ("posts", "leaves")
    subject = ("village", village["code"])
    if city.lacks(fed_by):
        yield rule(city, "HZ-5.1-11", subject, PHASE_THREE, False, None, None, fed_by)
        return
    workers = service_holders(city, village)
    away = {person for person in workers if city.on_leave(person)}
    if not away:
        return
    present = workers - away
    for person in away:
        present |= {stand_in for stand_in in city.substitutes_of(person) if not city.on_leave(stand_in)}
    yield rule(city, "HZ-5.1-11", subject, PHASE_THREE, len(present) >= 1, len(present), 1, fed_by)


def places_of_posts(city, person):
    """HZ-5.1-06: affairs posts at stations, service posts at points and villages."""
    posts = []
    for post in city.posts_on(city.as_of, (*AFFAIRS, "service")):
        waiting = post["post"] == "disability_specialist" and city.kind_of(post["unit"]) == "township"
        if post["person"] == person and not waiting:
            posts.append(post)
    right = [post for post in posts if city.kind_of(post["unit"]) in right_places(post["post"])]
    if posts:
        ok = len(right) == len(posts)
        yield rule(city, "HZ-5.1-06", ("person", person), PHASE_THREE, ok, len(right), len(posts), POSTS)


def right_places(post):
    return ("point", "village") if post == "service" else ("station",)


def county_liaisons(city):
    start = date(2021, 5, 6)
    for county in city.subjects("county"):
        posts = city.posts_on(city.as_of, ("county_liaison",), [county["code"]])
        count = len({post["person"] for post in posts if post["full_time"] is True})
        required = 2 if count > 2 else 1
        yield rule(city, "HZ-4.2.4-03", ("county", county["code"]), start, 1 <= count <= 2, count, required, POSTS)
    for person in sorted(city.holders(("county_liaison",))):
        ok = city.certified(person, city.as_of)
        yield rule(city, "HZ-4.2.4-04", ("person", person), start, ok, int(ok), 1, ("certificates",))


def supervisors(city):
    for unit in city.subjects("city"):
        subject = ("city", unit["code"])
        everybody = len(city.holders(("supervisor", "supervision_monitor")))
        yield rule(city, "HZ-5.3.4-02", subject, PHASE_THREE, everybody == 13, everybody, 13, POSTS)
        monitors = len(city.holders(("supervision_monitor",)))
        yield rule(city, "HZ-5.3.4-03", subject, PHASE_THREE, monitors == 1, monitors, 1, POSTS)
