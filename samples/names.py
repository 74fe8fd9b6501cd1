"""Invented people: names, birthdays and schooling, drawn; numbers and addresses that cannot exist."""

from dataclasses import dataclass
from datetime import date
from random import Random

from samples.days import between

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹"
    "彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚钟姜崔谭陆范汪廖石"
)
_FIRST = "文思雨嘉子梓晓志明海丽秀国永春玉宏伟建佳欣俊静燕婉少淑美锦立"
_SECOND = "涵琪豪玲峰敏婷轩怡强芳杰娟辉霞涛萍宁洁鹏芬慧斌莹颖东华兰清健"
_SCHOOLING = ("高中", "大专", "全日制大专", "本科", "硕士")
_SCHOOLING_WEIGHTS = (8, 30, 22, 38, 2)
_CITIES = ("惠州市", "河源市", "梅州市", "汕尾市", "东莞市")


@dataclass(frozen=True)
class Face:
    """Who somebody is, apart from what they do."""

    name: str
    born_on: date
    education: str
    household_city: str
    graduated_on: date
    work_started_on: date


def face(rng: Random, by: date, grown: int = 23) -> Face:
    """A person who is at least `grown` years old in the year of `by`."""
    born = between(rng, date(by.year - grown - 25, 1, 1), date(by.year - grown - 1, 12, 31))
    education = rng.choices(_SCHOOLING, _SCHOOLING_WEIGHTS)[0]
    schooled = {"高中": 18, "硕士": 25}.get(education, 22)
    graduated = date(min(born.year + schooled, by.year - 1), 6, 30)
    worked = min(between(rng, graduated, date(graduated.year + 2, 6, 30)), by)
    return Face(_name(rng), born, education, rng.choices(_CITIES, (80, 8, 5, 4, 3))[0], graduated, worked)


def _name(rng: Random) -> str:
    given = rng.choice(_SECOND) if rng.random() < 0.15 else rng.choice(_FIRST) + rng.choice(_SECOND)
    return rng.choice(_SURNAMES) + given


def phone(series: int, number: int) -> str:
    """Eleven digits that begin with 100, where no Chinese mobile number can lie."""
    return f"100{series:02d}{number:06d}"


def mail(code: str) -> str:
    """An address under .example, which is reserved and reaches nobody."""
    return f"{code.lower()}@duban.example"
