"""Writes messy-enterprises.xlsx: 500 invented enterprises in a table as offices really send them.

python3 make.py   (needs openpyxl)   The mess is exact: tests count what is found.
"""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


def credit_code(number):
    head = f"91640181XXXX{number:05d}"
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(head, WEIGHTS))
    return head + ALPHABET[(31 - total % 31) % 31]


# Written as offices write them: names, full names, short forms, codes.
PLACES = [
    ("灵武市", 106.53, 37.97),
    ("宁夏回族自治区银川市兴庆区", 106.54, 38.47),
    ("平罗县", 106.45, 38.85),
    ("640202", 106.26, 39.07),
    ("银川市 贺兰县", 106.40, 38.66),
    ("惠农区", 106.64, 39.19),
    ("永宁", 106.21, 38.31),
]
# The first three are no names of ours: 200, 75 and 25 rows.
INDUSTRIES = ["危化品"] * 8 + ["化工企业"] * 3 + ["煤炭"] + ["工贸", "燃气", "仓储物流", "冶金有色"] * 2
RISKS = ["重大", "较大", "一般", "低风险", "低风险", "一般风险"]
GRADES = ["一级", "二级", "三级", "四级", "不构成重大危险源", "无"]
HEADINGS = [
    "序号", "企业名称*", "统一社会\n信用代码", "所在县区", "所属行业（必填）", "详细地址", "负责人", "手机号码",
    "从业人员（人）", "重大危险源级别", "风险 等级", "经度(°)", "纬度(°)", "备注",
]


def row(number):
    place, lon, lat = PLACES[number % len(PLACES)]
    lon, lat = round(lon + (number % 40) / 1000, 6), round(lat + (number % 37) / 1000, 6)
    code = credit_code(20000 + number)
    phone = f"139{number:08d}"
    people = 20 + number * 3 % 900
    if number % 50 == 7:  # exchanged: 10 rows
        lon, lat = lat, lon
    if number % 4 == 1:
        phone = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    if number % 9 == 2:
        phone = int(phone.replace(" ", ""))
    if number in (33, 133, 233):
        phone = "电话待补"
    if number == 333:
        phone = f"{phone}/0951-0000333"
    if number % 6 == 3:
        code = code.lower()
    if number in (44, 244):
        code = code[:-1] + ("0" if code[-1] != "0" else "1")
    if number % 5 == 4:
        people = f"{people}人"
    if number % 70 == 69:
        people = f"1,{100 + number % 900:03d} 人"
    if number in (155, 255):
        people = "约三百"
    name = f"示例{['宁东', '河东', '惠农', '贺兰', '沙湖'][number % 5]}第{number}号{['化工', '建材', '燃气', '物流'][number % 4]}有限公司"
    if number % 80 == 11:
        name = name.replace("有限公司", "\n有限公司")
    if number == 400:
        place = "某某新区"
    if number == 402:
        code = credit_code(20401)  # the code of the row before
    return [
        number, name, code, place, INDUSTRIES[number % len(INDUSTRIES)], f"示例路{number}号", f"示例{number}", phone, people,
        GRADES[number % len(GRADES)], RISKS[number % len(RISKS)], lon, lat, "虚构" if number % 10 == 0 else None,
    ]


def main():
    book = Workbook()
    note = book.active
    note.title = "填表说明"
    note["A1"] = "填表说明（示例）"
    note["A2"] = "一、本表所列企业全部为虚构，仅供测试。"
    note["A3"] = "二、手机号码为测试号段。"
    sheet = book.create_sheet("企业基本情况")
    sheet.append(["示例地区危险化学品和工贸企业基本情况统计表（全部为虚构的示例企业）"])
    sheet.merge_cells("A1:N1")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(["填报单位：示例应急管理局（盖章）", None, None, None, None, None, None, "填报日期：2026年11月20日"])
    sheet.append([])
    # Two rows of headings: groups above, some merged down over both.
    sheet.append(["序号", "企业名称*", "基本情况", None, None, None, "联系方式", None, "安全情况", None, None, "位置", None, "备注"])
    sheet.append([None, None] + HEADINGS[2:13] + [None])
    for merged in ("A4:A5", "B4:B5", "C4:F4", "G4:H4", "I4:K4", "L4:M4", "N4:N5"):
        sheet.merge_cells(merged)
    for number in range(1, 501):
        if number in (101, 301):
            sheet.append([])
            sheet.append([None])
        if number == 251:  # a new printed page
            sheet.append(HEADINGS)
        sheet.append(row(number))
    sheet.append(["合计", None, None, None, None, None, None, None, 250000])
    sheet.append([])
    sheet.append(["填表人：示例甲", None, None, None, None, None, "审核人：示例乙"])
    sheet.append(["说明：本表为虚构的示例，电话和代码均不存在。"])
    book.save("messy-enterprises.xlsx")


main()
