"""The closed and open vocabularies of the record kinds: each word with the Chinese that may stand for it.

The first Chinese word is the one the template workbook offers.
"""

from __future__ import annotations

from collections.abc import Mapping

Choices = Mapping[str, tuple[str, ...]]


def _same(*words: str) -> Choices:
    return {word: (word,) for word in words}


UNIT_KINDS: Choices = {
    "city": ("市", "地级市", "市民政局"),
    "county": ("县（区）", "县", "区", "区县", "县市区"),
    "township": ("乡镇（街道）", "乡镇", "街道", "镇", "乡", "镇街"),
    "station": ("社工站", "站", "社会工作服务站"),
    "point": ("社工点", "点", "社会工作服务点"),
    "village": ("村（居）", "村居", "村", "社区", "居委会"),
    "centre": ("服务中心", "县级中心", "县级社工服务中心"),
    "agency": ("服务机构", "社工机构", "机构", "用人单位", "承接机构"),
    "government": ("政府部门", "部门", "成员单位"),
}
MODES: Choices = {"purchase": ("购买服务", "政府购买服务", "购买"), "direct": ("直接聘用", "直聘")}
COUNTY_KINDS: Choices = {"county": ("县（区）", "县", "区"), "functional_zone": ("功能区", "开发区")}
FORMER_POSTS: Choices = {"civil_affairs": ("民政工作", "民政"), "village": ("村（居）工作", "村居", "村干部")}
POSTS: Choices = {
    "station_head": ("站长",),
    "executive_deputy_head": ("常务副站长",),
    "deputy_head": ("副站长", "社工副站长"),
    "professional": ("专业岗", "专业社工", "专业性岗位"),
    "disability_specialist": ("残疾人专职委员", "专职委员", "残疾人专委"),
    "affairs": ("事务性岗位", "事务岗", "事务性岗位社工"),
    "service": ("服务性岗位", "服务岗", "服务性岗位社工"),
    "point_contact": ("社工点联络人", "社工点联系人", "联络人"),
    "supervisor": ("督导", "督导员"),
    "supervision_monitor": ("日常监管督导", "监管督导", "日常监管专职督导"),
    "county_liaison": ("县区专职人员", "县区专职", "县区联络员"),
    "centre_staff": ("中心工作人员", "中心人员"),
    "relief_worker": ("社会救助专职社工", "救助社工", "社会救助专职社会工作者"),
    "volunteer": ("志愿者",),
    "intern": ("实习生",),
    "part_time": ("兼职", "兼职人员"),
    "integrated_clerk": ("整合人员", "先期整合人员", "社会救助经办人员"),
    "room_head": ("部室负责人", "室主任"),
}
LEVELS: Choices = {
    "assistant": ("助理社会工作师", "助理社工师", "助理", "初级"),
    "social_worker": ("社会工作师", "社工师", "中级"),
    "senior": ("高级社会工作师", "高级社工师", "高级"),
    "supervisor": ("督导", "督导证", "社会工作督导"),
}
CATEGORIES: Choices = {
    "prejob": ("岗前", "岗前培训", "上岗前"),
    "continuing": ("继续教育", "在岗", "在岗培训", "年度培训", "在职培训"),
}
HOUR_UNITS: Choices = {"clock": ("小时", "时钟小时"), "academic": ("学时", "课时")}
ASSESSMENT_KINDS: Choices = {
    "worker": ("社工考核", "社工", "人员考核"),
    "station": ("站点评估", "社工站", "社工站点"),
    "supervisor": ("督导考核", "督导"),
    "liaison": ("县区专职人员考核", "专职人员考核", "县区联络员考核"),
    "contractor": ("承接机构评估", "承接机构"),
}
GRADES = _same("优秀", "合格", "基本合格", "不合格")
DEPARTMENTS: Choices = {
    "民政": ("民政", "民政局", "民政部门"),
    "财政": ("财政", "财政局", "财政部门"),
    "人社": ("人社", "人社局", "人社部门", "人力资源社会保障局", "人力资源和社会保障局", "人力资源社会保障"),
    "妇联": ("妇联", "妇女联合会"),
    "残联": ("残联", "残疾人联合会"),
}
CHANNELS: Choices = {
    "email": ("邮件", "电子邮件", "邮箱"),
    "sms": ("短信", "手机短信"),
    "wecom_app": ("企业微信", "粤政易"),
    "wecom_robot": ("企业微信群",),
    "dingtalk": ("钉钉",),
    "feishu": ("飞书",),
}
RULINGS: Choices = {"accepted": ("通过", "认可"), "returned": ("退回", "不通过")}
STEPS = _same("报名", "笔试", "面试", "体检", "公示", "录用")
FUNDS: Choices = {
    "assistance_local_total": ("救助资金本级支出总额", "社会救助资金本级支出"),
    "assistance_charged": ("救助资金列支社工经费", "社会救助经费列支"),
    "worker_transfer": ("社工转移支付", "专职社工转移支付"),
    "evaluation_reserve": ("考核预留经费", "评估预留"),
    "budget_approved": ("批准预算", "预算批复"),
    "project_total": ("项目总价", "项目总额"),
}
