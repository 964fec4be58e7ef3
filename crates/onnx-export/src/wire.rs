//! Protocol Buffers as bytes: the three kinds of field that ONNX uses.

/// One message, growing field by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Message {
    bytes: Vec<u8>,
}

const VARINT: u64 = 0;
const LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

impl Message {
    /// A whole number. Negative ones are written as their two's complement, as `int64` is.
    pub(crate) fn integer(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3 | VARINT);
        self.varint(value as u64);
        self
    }

    /// A `float`.
    pub(crate) fn float(mut self, field: u64, value: f32) -> Self {
        self.varint(field << 3 | FIXED_32);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// Text.
    pub(crate) fn text(self, field: u64, value: &str) -> Self {
        self.raw(field, value.as_bytes())
    }

    /// Bytes as they are.
    pub(crate) fn raw(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | LENGTH);
        self.varint(value.len() as u64);
        self.bytes.extend(value);
        self
    }

    /// A message inside of this one.
    pub(crate) fn message(self, field: u64, value: &Message) -> Self {
        self.raw(field, &value.bytes)
    }

    /// A repeated field, one entry an item.
    pub(crate) fn each<T>(
        self,
        items: impl IntoIterator<Item = T>,
        add: impl Fn(Self, T) -> Self,
    ) -> Self {
        items.into_iter().fold(self, add)
    }

    /// The message as it is written to a file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_specification_shows_them() {
        // The examples of the Protocol Buffers encoding guide.
        let one = Message::default().integer(1, 150);
        assert_eq!(one.clone().into_bytes(), [0x08, 0x96, 0x01]);
        let text = Message::default().text(2, "testing");
        assert_eq!(text.into_bytes(), b"\x12\x07testing");
        let nested = Message::default().message(3, &one);
        assert_eq!(nested.into_bytes(), [0x1a, 0x03, 0x08, 0x96, 0x01]);
        let minus_two = Message::default().integer(1, -2).into_bytes();
        assert_eq!(
            minus_two[1..],
            [0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1]
        );
        let half = Message::default().float(2, 0.5).into_bytes();
        assert_eq!(half, [0x15, 0, 0, 0, 0x3f]);
        let far = Message::default().integer(20, 1).into_bytes();
        assert_eq!(far, [0xa0, 0x01, 0x01]);
    }
}
