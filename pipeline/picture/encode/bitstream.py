"""Reads and writes bits in the order of ITU-T H.264 (clauses 7.2 and 9.1)."""

from __future__ import annotations

from pipeline.errors import OutputFault
from pipeline.messages import message


class BitReader:
    """Reads numbers from bytes without emulation prevention, first bit first."""

    def __init__(self, data: bytes) -> None:
        """Begin at the first bit."""
        self._number = int.from_bytes(data, "big")
        self._length = 8 * len(data)
        self.position = 0

    def u(self, bits: int) -> int:
        """Return an unsigned number of so many bits. Raises OutputFault at the end of the bytes."""
        self.position += bits
        if self.position > self._length:
            raise OutputFault(message("picture.bitstream_ended"))
        return self._number >> (self._length - self.position) & ((1 << bits) - 1)

    def ue(self) -> int:
        """Return an unsigned exponential-Golomb number."""
        zeros = 0
        while not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """Return a signed exponential-Golomb number."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


class BitWriter:
    """Gathers numbers into bytes, first bit first."""

    def __init__(self) -> None:
        """Begin with no bit."""
        self._number = 0
        self._length = 0

    def u(self, bits: int, value: int) -> None:
        """Write an unsigned number in so many bits."""
        self._number = self._number << bits | value
        self._length += bits

    def ue(self, value: int) -> None:
        """Write an unsigned exponential-Golomb number."""
        self.u(2 * (value + 1).bit_length() - 1, value + 1)

    def se(self, value: int) -> None:
        """Write a signed exponential-Golomb number."""
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def to_bytes(self, fill: int) -> bytes:
        """Return what was written, filled up to a whole byte with bits of one value."""
        missing = -self._length % 8
        filling = (1 << missing) - 1 if fill else 0
        return (self._number << missing | filling).to_bytes((self._length + missing) // 8, "big")
