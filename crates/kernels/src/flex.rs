//! Access to the numbers of the CPU backend's tensors as plain slices.

use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{DispatchTensor, DispatchTensorKind, TensorMetadata};
use burn::tensor::Tensor;
use burn::tensor::{Bytes, DType, Shape};

use crate::parallel::Shared;

/// Whether the tensor lives on the CPU backend, with or without gradients, and holds 32-bit floats.
pub(crate) fn is_fast<const D: usize>(tensor: &Tensor<D>) -> bool {
    let tensor: DispatchTensor = tensor.clone().into_dispatch();
    let fast = match &tensor.kind {
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "autodiff")]
        DispatchTensorKind::Autodiff(inner) => matches!(**inner, DispatchTensorKind::Flex(_)),
        #[allow(unreachable_patterns)]
        _ => false,
    };
    fast && tensor.dtype() == DType::F32
}

/// Whether a tensor is one of the CPU's backend, without gradients.
pub(crate) fn is_plain<const D: usize>(tensor: &Tensor<D>) -> bool {
    let tensor: DispatchTensor = tensor.clone().into_dispatch();
    matches!(tensor.kind, DispatchTensorKind::Flex(_)) && tensor.dtype() == DType::F32
}

/// Returns the backend's own tensor inside of one that [is plain](is_plain).
pub(crate) fn primitive<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let tensor = tensor
        .try_into_primitive::<Flex>()
        .expect("the tensor was found to be the CPU backend's");
    debug_assert_eq!(tensor.shape().num_dims(), D);
    tensor
}

/// Returns the backend's own tensor inside of one that [is plain](is_plain), with its numbers
/// contiguous in memory.
pub(crate) fn into_plain<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    contiguous(primitive(tensor))
}

/// Returns the tensor with its numbers contiguous in memory, copied only if they are not.
pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

/// Borrows the numbers of a contiguous tensor.
pub(crate) fn floats(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice()
        .expect("the tensor was made contiguous and its type checked")
}

/// Borrows the numbers of a contiguous tensor for writing; none if another tensor shares them.
pub(crate) fn floats_mut(tensor: &mut FlexTensor) -> Option<&mut [f32]> {
    let (start, end) = tensor.layout().contiguous_offsets()?;
    tensor
        .try_storage_mut::<f32>()
        .map(|storage| &mut storage[start..end])
}

/// Returns the shape of a tensor of `D` axes.
pub(crate) fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.shape().dims()
}

/// Makes a tensor of this shape from the numbers in `data`.
pub(crate) fn tensor(data: Vec<f32>, shape: &[usize]) -> FlexTensor {
    debug_assert_eq!(data.len(), shape.iter().product::<usize>());
    let layout = Layout::contiguous(Shape::from(shape.to_vec()));
    FlexTensor::new(Bytes::from_elems(data), layout, DType::F32)
}

/// Makes a tensor of this shape whose numbers `write` fills in.
///
/// # Safety
/// `write` must write every one of them.
pub(crate) unsafe fn written(shape: &[usize], write: impl FnOnce(Shared)) -> FlexTensor {
    let len = shape.iter().product();
    let mut data: Vec<f32> = Vec::with_capacity(len);
    write(Shared::from_pointer(data.as_mut_ptr()));
    // SAFETY: the capacity is there, and `write` has written all of it.
    unsafe { data.set_len(len) };
    tensor(data, shape)
}

/// The address of a contiguous tensor's numbers, to be read only.
pub(crate) fn read(tensor: &FlexTensor) -> Shared {
    Shared::from_pointer(floats(tensor).as_ptr().cast_mut())
}
