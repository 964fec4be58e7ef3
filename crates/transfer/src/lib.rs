//! A model, a picture and a style in; a repainted picture out.
