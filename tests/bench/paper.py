"""A question paper of any length, as a Vietnamese office would type it; the same every time."""

from random import Random

OFFICES = (
    "Sở Nội vụ", "Tỉnh Đoàn Đắk Lắk", "Sở Tư pháp", "Báo Đắk Lắk", "UBND xã Ea Kar",
    "UBND phường Buôn Hồ", "Sở Tài chính", "Văn phòng UBND tỉnh",
)  # fmt: skip
ACTS = ("chủ trì", "phối hợp", "theo dõi", "đôn đốc", "thẩm định", "tổng hợp", "niêm yết")
THINGS = (
    "việc tiếp nhận hồ sơ", "phong trào “3 trách nhiệm”", "chuyên mục bạn đọc",
    "cơ chế một cửa liên thông", "dịch vụ công trực tuyến", "kinh phí tuyên truyền",
    "hội thi ứng dụng công nghệ thông tin", "cuộc thi sân khấu hóa",
)  # fmt: skip


def question(number: int, random: Random) -> str:
    """Return one question with four options and its key."""
    offices = random.sample(OFFICES, 4)
    stem = (
        f"Theo Kế hoạch số {random.randrange(10**6)}/KH-UBND, cơ quan nào {random.choice(ACTS)} "
        f"{random.choice(THINGS)} ở thôn số {random.randrange(10**5)}, quý {random.randrange(1, 5)}"
        f" năm {random.randrange(2011, 2031)}?"
    )
    lines = [f"Câu {number}. {stem}"]
    lines += [
        f"{letter}. {office}, đợt {random.randrange(1000)}"
        for letter, office in zip("ABCD", offices, strict=True)
    ]
    return "\n".join([*lines, f"Đáp án: {random.choice('ABCD')}", ""])


def paper(count: int, *, seed: int = 2017) -> str:
    """Return a paper of `count` questions, no two of them alike."""
    random = Random(seed)
    return "\n".join(question(number, random) for number in range(1, count + 1))
