//! The guard: checks of a file's bytes before they are handed to a parser that trusts them.

use super::error::Fault;

/// Largest depth of graphs inside of graphs; stylizers have none, exporters write one or two.
const DEEPEST: usize = 8;

/// Kinds of fields: messages of `onnx.proto`, and numbers packed into one field.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    /// A sequence, map or optional type, which contains other types.
    Container,
    /// The type of a tensor, which contains a shape.
    TensorType,
    Shape,
    /// A message that contains no other.
    Plain,
    /// Packed numbers of variable length.
    Varints,
    /// Packed numbers of so many bytes each.
    Fixed(usize),
}

impl Kind {
    /// The kind of a field's message, if the parser looks into it; it skips all others by their
    /// length.
    fn inner(self, field: u64) -> Option<Self> {
        Some(match (self, field) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 8 | 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Plain,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Node, 5) => Self::Attribute,
            (Self::Attribute, 7) | (Self::Tensor, 4) => Self::Fixed(4),
            (Self::Tensor, 10) => Self::Fixed(8),
            (Self::Attribute, 8) | (Self::Tensor, 5 | 7 | 11) => Self::Varints,
            (Self::Value, 2) | (Self::Attribute, 14 | 15) | (Self::Container, 1 | 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Type, 4 | 5 | 9) => Self::Container,
            _ => return None,
        })
    }
}

/// Checks that lengths stay inside of their message, down to the last field: the parser allocates
/// by a length before it looks whether there are as many bytes. Also checks that graphs and types
/// are not nested too deeply, since the parser, which is recursive, would run out of stack.
///
/// # Errors
/// What is wrong, and at which byte.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    // A file of another kind often parses as an empty message.
    if bytes.is_empty() {
        return Err(Fault::NotOnnx("the file is empty".to_owned()));
    }
    walk(bytes, 0, Kind::Model, 0).map_err(Fault::NotOnnx)
}

fn walk(bytes: &[u8], offset: usize, kind: Kind, depth: usize) -> Result<(), String> {
    let mut place = 0;
    let broken = |at: usize| {
        format!("it ends in the middle of something, or is not a network, at byte {at}")
    };
    // Of numbers that end elsewhere than their field, the parser would read on in the next one.
    if let Kind::Fixed(size) = kind {
        let whole = bytes.len().is_multiple_of(size);
        return whole.then_some(()).ok_or_else(|| broken(offset));
    }
    while place < bytes.len() {
        let at = offset + place;
        let cut = || broken(at);
        if let Kind::Varints = kind {
            varint(bytes, &mut place).ok_or_else(cut)?;
            continue;
        }
        let tag = varint(bytes, &mut place).ok_or_else(cut)?;
        let length = match tag & 7 {
            0 => {
                varint(bytes, &mut place).ok_or_else(cut)?;
                continue;
            }
            1 => 8,
            5 => 4,
            2 => usize::try_from(varint(bytes, &mut place).ok_or_else(cut)?).map_err(|_| cut())?,
            _ => return Err(cut()),
        };
        let end = place.checked_add(length).filter(|&end| end <= bytes.len());
        let end = end.ok_or_else(cut)?;
        if tag & 7 == 2
            && let Some(inner) = kind.inner(tag >> 3)
        {
            let deeper = depth + usize::from(matches!(inner, Kind::Graph | Kind::Type));
            if deeper > DEEPEST {
                return Err(format!(
                    "graphs or types are nested too deeply at byte {at}"
                ));
            }
            walk(&bytes[place..end], offset + place, inner, deeper)?;
        }
        place = end;
    }
    Ok(())
}

fn varint(bytes: &[u8], place: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..70).step_by(7) {
        let byte = *bytes.get(*place)?;
        *place += 1;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes a field of bytes with its number and length, up to 16 KiB.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len();
        let mut message = vec![number << 3 | 2];
        if length < 128 {
            message.push(length as u8);
        } else {
            message.extend([(length & 127) as u8 | 128, (length >> 7) as u8]);
        }
        message.extend(bytes);
        message
    }

    fn reason(bytes: &[u8]) -> String {
        match check(bytes) {
            Err(Fault::NotOnnx(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn graphs_in_graphs_are_followed_to_a_depth() {
        let nested = |depth: usize| {
            let mut graph = field(2, b"innermost");
            for _ in 0..depth {
                graph = field(1, &field(5, &field(6, &graph)));
            }
            [vec![1 << 3, 8], field(7, &graph)].concat()
        };
        assert!(check(&nested(3)).is_ok());
        assert!(reason(&nested(500)).contains("nested too deeply"));
    }

    /// Checks a model with one initializer; returns the fault, or none if it is sound.
    fn with_initializer(tensor: &[u8]) -> Option<String> {
        let mut graph = vec![0x2a, tensor.len() as u8];
        graph.extend(tensor);
        // Something follows, which a parser that reads too far would take for a part of it.
        graph.extend([0x12, 0x01, b'g']);
        let mut model = vec![0x08, 0x07, 0x3a, graph.len() as u8];
        model.extend(graph);
        match check(&model) {
            Ok(()) => None,
            Err(Fault::NotOnnx(reason)) => Some(reason),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn lengths_inside_of_tensors_are_held_against_them() {
        let sound: [&[u8]; 4] = [
            &[0x08, 1, 0x10, 1, 0x42, 1, b'w', 0x4a, 4, 0, 0, 128, 63],
            &[0x22, 4, 0, 0, 128, 63],
            &[0x3a, 3, 1, 0x80, 1],
            &[0x52, 8, 0, 0, 0, 0, 0, 0, 0, 0],
        ];
        for tensor in sound {
            assert_eq!(with_initializer(tensor), None, "{tensor:?}");
        }
        let damaged: [&[u8]; 7] = [
            // Raw data of 16 GiB, of one byte too many.
            &[0x4a, 0xff, 0xab, 0xaa, 0xaa, 0x3e, 0, 0, 128, 63],
            &[0x4a, 5, 0, 0, 128, 63],
            // A name that goes on in what follows the tensor.
            &[0x42, 2, b'w'],
            // Packed numbers that do.
            &[0x22, 3, 0, 0, 128],
            &[0x3a, 2, 1, 0x80],
            &[0x52, 4, 0, 0, 0, 0],
            // The same in a place of external data.
            &[0x6a, 3, 0x0a, 5, b'a'],
        ];
        for tensor in damaged {
            let reason = with_initializer(tensor);
            assert!(
                reason.is_some_and(|it| it.contains("at byte")),
                "{tensor:?}"
            );
        }
    }

    #[test]
    fn lengths_beyond_the_end_are_seen() {
        assert!(reason(&[]).contains("empty"));
        assert!(reason(&[0x3a, 0x05, 0x00]).contains("byte 0"));
        let huge = [0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert!(reason(&huge).contains("byte 0"));
        assert!(reason(&[0x08, 0x80]).contains("byte 0"));
        assert!(reason(&[0x08, 0x01, 0x0b]).contains("byte 2"));
        let endless = [[0x08].as_slice(), &[0x80; 11]].concat();
        assert!(reason(&endless).contains("byte 0"));
    }
}
