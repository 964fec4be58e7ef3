//! Holes within a figure, where the map of parts takes a few strands of hair or a fold of cloth for
//! ground.

use utsushi_anatomy::Part;

use super::beside;
use crate::pipeline::pieces_joined;

/// Largest size of a hole, as a share of the figure.
const HOLE: f32 = 0.01;
/// Smallest share of a hole's edge that lies on the figure. Ground that is seen between arm and
/// body is larger than a hole, and ground between two tips of hair is open to the rest of the
/// ground.
const AROUND: f32 = 0.7;
/// Number of rounds of filling, so that holes beside holes are filled, too.
const ROUNDS: usize = 4;

/// Gives each hole the part that most of its edge lies on. Areas are numbered, and touching bare
/// pixels of one area are one hole. A hole in an eye may be its white and stays.
pub(super) fn fill(
    areas: &mut [(usize, Part)],
    parts: &[Part],
    size: [usize; 2],
    is_bare: impl Fn(Part) -> bool,
) {
    let bare: Vec<bool> = areas.iter().map(|&(_, part)| is_bare(part)).collect();
    let figure = bare.iter().filter(|&&bare| !bare).count();
    let most = (HOLE * figure as f32) as usize;
    let in_one_area = |at: usize, beside: usize| areas[beside].0 == areas[at].0;
    let mut holes = pieces_joined(&bare, size[0], in_one_area);
    holes.retain(|hole| hole.len() <= most);
    holes.sort_by_key(Vec::len);
    for _ in 0..ROUNDS {
        let before = holes.len();
        holes.retain(|hole| {
            let Some(part) = around(hole, areas, parts, size, &is_bare) else {
                return true;
            };
            hole.iter().for_each(|&at| areas[at].1 = part);
            false
        });
        if holes.len() == before {
            break;
        }
    }
}

/// The part that most of the edge of a hole lies on; none if too much of the edge is open.
fn around(
    hole: &[usize],
    areas: &[(usize, Part)],
    parts: &[Part],
    size: [usize; 2],
    is_bare: impl Fn(Part) -> bool,
) -> Option<Part> {
    let own = areas[hole[0]].0;
    let mut counts = [0usize; Part::COUNT];
    let mut open = 0usize;
    for beside in hole.iter().flat_map(|&at| beside(at, size)) {
        let Some(beside) = beside else {
            open += 1;
            continue;
        };
        let (number, part) = areas[beside];
        if !is_bare(part) && parts[beside] != Part::Eyes {
            counts[part.index()] += 1;
        } else if number != own || !is_bare(part) {
            open += 1;
        }
    }
    let closed: usize = counts.iter().sum();
    let is_hole = closed as f32 >= AROUND * (closed + open) as f32 && closed > 0;
    let most = Part::ALL
        .into_iter()
        .max_by_key(|part| counts[part.index()]);
    most.filter(|_| is_hole)
}
