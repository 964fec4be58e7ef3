//! Encoding of protocol-buffer messages, as far as events need it.

/// A message in the making, whose fields are named by numbers.
#[derive(Debug, Default, Clone)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends a field with an integer or an enumeration's value.
    pub fn number(mut self, field: u32, value: u64) -> Self {
        self.key(field, 0);
        self.varint(value);
        self
    }

    pub fn double(mut self, field: u32, value: f64) -> Self {
        self.key(field, 1);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    pub fn float(mut self, field: u32, value: f32) -> Self {
        self.key(field, 5);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    pub fn bytes(mut self, field: u32, value: &[u8]) -> Self {
        self.key(field, 2);
        self.varint(value.len() as u64);
        self.bytes.extend(value);
        self
    }

    pub fn text(self, field: u32, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    pub fn message(self, field: u32, value: &Self) -> Self {
        self.bytes(field, &value.bytes)
    }

    /// Appends a field with a packed list of doubles.
    pub fn doubles(self, field: u32, values: &[f64]) -> Self {
        let packed: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.bytes(field, &packed)
    }

    fn key(&mut self, field: u32, kind: u64) {
        self.varint(u64::from(field) << 3 | kind);
    }

    /// Appends a variable-length integer: seven bits in each byte, the lowest first.
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
    fn the_examples_of_the_encoding() {
        // From the description of the wire format: 150 in field 1, "testing" in field 2.
        assert_eq!(Message::new().number(1, 150).as_bytes(), [8, 0x96, 1]);
        let text = Message::new().text(2, "testing");
        assert_eq!(text.as_bytes(), b"\x12\x07testing");
        let inner = Message::new().number(1, 150);
        let outer = Message::new().message(3, &inner);
        assert_eq!(outer.as_bytes(), [0x1a, 3, 8, 0x96, 1]);
        assert_eq!(
            Message::new().number(1, u64::MAX).as_bytes(),
            [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
        );
    }
}
