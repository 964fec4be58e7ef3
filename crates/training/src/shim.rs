use burn::tensor::Tensor;
pub struct AdamOptions { pub rate: f32, pub beta1: f32, pub beta2: f32, pub epsilon: f32, pub updates: u64 }
pub fn adam_step(p: Tensor<1>, g: Tensor<1>, m: Tensor<1>, v: Tensor<1>, o: &AdamOptions) -> (Tensor<1>, Tensor<1>, Tensor<1>) {
    let m = m * o.beta1 + g.clone() * (1.0 - o.beta1);
    let v = v * o.beta2 + g.powi_scalar(2) * (1.0 - o.beta2);
    let t = o.updates as f64;
    let c1 = (1.0 - f64::from(o.beta1).powf(t)) as f32;
    let c2 = (1.0 - f64::from(o.beta2).powf(t)) as f32;
    let step = (m.clone() / c1) / ((v.clone() / c2).sqrt() + o.epsilon);
    (p - step * o.rate, m, v)
}
pub fn lerp<const D: usize>(a: Tensor<D>, b: Tensor<D>, t: f32) -> Tensor<D> { a.clone() + (b - a) * t }
