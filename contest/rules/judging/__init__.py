"""The rules of judged contests: what judges gave, and every figure that is made of it."""
