// The blend of three styles as a point in a triangle.

const CORNERS = [[120, 34], [34, 178], [206, 178]];
const SVG = 'http://www.w3.org/2000/svg';
const element = (id) => document.getElementById(id);

let weights = [1 / 3, 1 / 3, 1 / 3];
let onChange = () => {};

/** Weights of a point: how near it is to each corner (barycentric), with what lies outside
 *  brought to the nearest edge. */
export function weightsAt([x, y]) {
  const [[ax, ay], [bx, by], [cx, cy]] = CORNERS;
  const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  const a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
  const b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
  const inside = [a, b, 1 - a - b].map((weight) => Math.max(0, weight));
  const sum = inside[0] + inside[1] + inside[2];
  return inside.map((weight) => weight / sum);
}

const pointOf = (shares) => [0, 1].map((axis) =>
  CORNERS.reduce((sum, corner, index) => sum + corner[axis] * shares[index], 0));

/** Shows the triangle with these shares, names and pictures at its corners. */
export function show(shares, names, pictures) {
  weights = shares;
  const corners = CORNERS.map(([x, y], index) => {
    const group = document.createElementNS(SVG, 'g');
    group.setAttribute('transform', `translate(${x} ${y})`);
    const ring = document.createElementNS(SVG, 'circle');
    ring.setAttribute('r', '22');
    ring.setAttribute('class', 'ring');
    const image = document.createElementNS(SVG, 'image');
    for (const [key, value] of Object.entries({ href: pictures[index] ?? '', x: -20, y: -20, width: 40, height: 40, 'clip-path': 'url(#corner-clip)', preserveAspectRatio: 'xMidYMid slice' })) {
      image.setAttribute(key, value);
    }
    group.append(ring, image);
    return group;
  });
  element('triangle-corners').replaceChildren(...corners);
  draw(names);
}

let names = [];
function draw(given = names) {
  names = given;
  const [x, y] = pointOf(weights);
  element('triangle-dot').setAttribute('cx', x);
  element('triangle-dot').setAttribute('cy', y);
  const said = names.map((name, index) => `${name} ${Math.round(weights[index] * 100)} %`).join(', ');
  element('triangle').setAttribute('aria-valuetext', said);
  element('triangle').setAttribute('aria-valuenow', String(Math.round(weights[0] * 100)));
}

function moveTo(point) {
  weights = weightsAt(point);
  draw();
  onChange(weights);
}

/** Listens to mouse, finger and keys. */
export function start(changed) {
  onChange = changed;
  element('triangle-shape').setAttribute('d', `M${CORNERS.map((corner) => corner.join(' ')).join('L')}Z`);
  const triangle = element('triangle');
  const at = (event) => {
    const box = triangle.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * 240, (event.clientY - box.top) / box.height * 212];
  };
  triangle.addEventListener('pointerdown', (event) => {
    triangle.setPointerCapture(event.pointerId);
    moveTo(at(event));
  });
  triangle.addEventListener('pointermove', (event) => {
    if (triangle.hasPointerCapture(event.pointerId)) moveTo(at(event));
  });
  triangle.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const [x, y] = pointOf(weights);
    moveTo([x + step[0], y + step[1]]);
  });
}
