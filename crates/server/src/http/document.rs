//! The API's description in OpenAPI 3.1, made from the structs that the server reads and writes; a
//! test compares it with the running server.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::api_error::ErrorBody;
use super::jobs::JobLinks;
use super::request::TaskRequest;
use super::request::form::REPEATED;
use super::request::mask;
use super::routes::routes;
use utsushi::Model;

/// Answers that are errors: status, name in the document, and meaning.
const ERRORS: [(u16, &str, &str); 13] = [
    (400, "Bad", "The request is not well formed."),
    (401, "Unauthorized", "The token is missing or wrong."),
    (
        403,
        "Forbidden",
        "A page of another origin asks, or the server is called by an unknown name.",
    ),
    (404, "NotFound", "There is nothing of that name."),
    (405, "Method", "The address takes other methods."),
    (408, "Slow", "The body took too long to arrive."),
    (409, "Conflict", "Not finished, or cancelled."),
    (413, "TooLarge", "The body is too large."),
    (415, "MediaType", "The body is neither a form nor JSON."),
    (
        422,
        "Unusable",
        "A picture, style or number cannot be used, or the model does not do that: `one_way` is \
         the code where it repaints in one way alone.",
    ),
    (429, "Busy", "Too much waits; come back later."),
    (
        500,
        "Fault",
        "The server's fault; its log has the reason, with the number in `request`.",
    ),
    (503, "Overload", "Stopping, or it took too long."),
];

/// The schemas to which operations refer, by their names.
#[derive(Default)]
pub(super) struct Schemas(Map<String, Value>);

impl Schemas {
    /// Returns a reference to the schema of a type, and adds that schema with all schemas to which
    /// it refers.
    pub(super) fn reference<T: ToSchema>(&mut self) -> Value {
        let mut found = Vec::new();
        T::schemas(&mut found);
        found.push((T::name().into_owned(), T::schema()));
        for (name, schema) in found {
            let mut schema = json!(schema);
            tidy(&mut schema);
            self.0.insert(name, schema);
        }
        json!({"$ref": format!("#/components/schemas/{}", T::name())})
    }
}

/// Tidies a schema: descriptions on one line, and bounds instead of the names of Rust's number
/// types.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            let numeric = matches!(members.get("type"), Some(Value::String(kind))
                if kind == "integer" || kind == "number");
            if numeric && members.remove("format") == Some(json!("int64")) {
                members.entry("maximum").or_insert(u64::MAX.into());
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Makes an operation: what it does, its successful answer, and the errors it may return.
pub(super) fn operation(id: &str, summary: &str, success: Value, errors: &[u16]) -> Value {
    let mut responses = Map::new();
    for (status, name, _) in ERRORS {
        // Those of the guard and the router, which stand before all that tell anything.
        if [403, 405].contains(&status) || errors.contains(&status) {
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            responses.insert(status.to_string(), reference);
        }
    }
    responses.extend(success.as_object().cloned().unwrap_or_default());
    json!({"operationId": id, "summary": summary, "responses": responses})
}

/// Makes a successful answer in JSON.
pub(super) fn json_success<T: ToSchema>(schemas: &mut Schemas, description: &str) -> Value {
    let schema = schemas.reference::<T>();
    json!({"200": {
        "description": description,
        "content": {"application/json": {"schema": schema}},
    }})
}

/// Makes a successful answer with bytes of one of several media types and an entity tag.
pub(super) fn bytes_success(description: &str, media: &[&str]) -> Value {
    let file = |media: &&str| {
        let schema = json!({"schema": {"type": "string", "format": "binary"}});
        ((*media).to_owned(), schema)
    };
    let content: Map<_, _> = media.iter().map(file).collect();
    json!({"200": {
        "description": description,
        "headers": {"ETag": {"description": "Hash of the bytes.", "schema": {"type": "string"}}},
        "content": content,
    }})
}

/// Adds the answer to a client that has the bytes already.
pub(super) fn or_unchanged(mut success: Value) -> Value {
    success["304"] = json!({"description": "The client has it already (`If-None-Match`)."});
    success
}

/// Makes the operation of an address that takes pictures.
pub(super) fn painting<R: TaskRequest>(schemas: &mut Schemas) -> Value {
    let request = schemas.reference::<R>();
    let form = form_of(&schemas.0, &schemas.0[&*R::name()]);
    let mut success = bytes_success(R::RESULT, R::MEDIA);
    if let Some(answer) = R::answer(schemas) {
        success["200"]["content"]["application/json"]["schema"] = answer;
    }
    success["200"]["headers"]["utsushi-notes"] = json!({
        "description": "What there is to know of the painting: a list of texts in JSON.",
        "schema": {"type": "string"},
    });
    let follow = |operation: &str| json!({"operationId": operation, "parameters": {"id": "$response.body#/id"}});
    success["202"] = json!({
        "description": "With `Prefer: respond-async`: a job was started.",
        "headers": {"Location": {"description": "The job.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schemas.reference::<JobLinks>()}},
        "links": {
            "stage": follow("jobStage"),
            "events": follow("jobEvents"),
            "result": follow("jobResult"),
            "cancel": follow("jobCancel"),
        },
    });
    let errors = [400, 401, 408, 413, 415, 422, 429, 500, 503];
    let mut operation = operation(R::ID, R::SUMMARY, success, &errors);
    operation["description"] = R::DESCRIPTION.into();
    operation["parameters"] = json!([{
        "name": "Prefer",
        "in": "header",
        "description": "`respond-async` answers at once with a job.",
        "schema": {"type": "string"},
        "examples": {"job": {"value": "respond-async"}},
    }]);
    operation["requestBody"] = json!({
        "required": true,
        "content": {"multipart/form-data": form, "application/json": {"schema": request}},
    });
    operation
}

/// Converts the schema of a JSON object to that of a form: files instead of base64, repeated fields
/// instead of lists, and other lists as JSON.
fn form_of(schemas: &Map<String, Value>, object: &Value) -> Value {
    let mut schema = object.clone();
    let mut encoding = Map::new();
    let mut fields = Map::new();
    let picture = json!({"type": "string", "format": "picture"});
    for (name, value) in object["properties"].as_object().into_iter().flatten() {
        let mut value = value.clone();
        let leads_to = |value: &Value, name: &str| {
            let name = format!("#/components/schemas/{name}");
            value["$ref"] == *name || value["oneOf"][0]["$ref"] == *name
        };
        let is_upload = |value: &Value| leads_to(value, "Upload");
        if leads_to(&value, mask::SCHEMA) {
            let name = schemas[mask::SCHEMA]["anyOf"][1].clone();
            value = json!({"anyOf": [picture, name], "description": value["description"]});
        } else if is_upload(&value) {
            value =
                json!({"type": "string", "format": "picture", "description": value["description"]});
        } else if is_upload(&value["items"]) {
            value["items"] = picture.clone();
        }
        let repeated = REPEATED.iter().find(|(_, list)| list == name);
        if repeated.is_none() && value["type"] == "array" {
            encoding.insert(name.clone(), json!({"contentType": "application/json"}));
        }
        if repeated.is_some() {
            let description = value["description"].as_str().unwrap_or_default();
            value["description"] = format!("{description} The field is repeated.")
                .trim()
                .into();
        }
        let field = repeated.map_or(&**name, |(field, _)| field);
        fields.insert(field.to_owned(), value);
    }
    schema["properties"] = fields.into();
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    for required in required.into_iter().flatten() {
        if let Some((field, _)) = REPEATED.iter().find(|(_, list)| *list == *required) {
            *required = json!(field);
        }
    }
    json!({"schema": schema, "encoding": encoding})
}

/// The parameters in an address.
fn parameters(path: &str) -> Value {
    let parameter = |name: &str| match name {
        "id" => json!({"name": "id", "in": "path", "required": true,
            "description": "The name of the job.", "schema": {"type": "string"}}),
        _ => json!({"name": name, "in": "path", "required": true,
            "schema": {"type": "integer", "minimum": 0}}),
    };
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(parameter).collect()
}

/// Converts the schema of a part of a mix, with all its fields, to alternatives with one source
/// each.
fn style_part(object: &Value) -> Value {
    let variant = |fields: &[&str]| {
        let field = |name: &&str| ((*name).to_owned(), object["properties"][*name].clone());
        let properties: Map<_, _> = fields.iter().map(field).collect();
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": [fields[0]],
            "properties": properties,
        })
    };
    let mut own = variant(&["own", "weight"]);
    own["properties"]["own"]["const"] = true.into();
    json!({
        "description": object["description"],
        "oneOf": [
            variant(&["reference", "weight"]),
            variant(&["seed", "name", "weight"]),
            variant(&["name", "weight"]),
            own,
        ],
    })
}

/// Makes the whole document for a model that is served under `base_path`.
pub(super) fn document(model: &Model, base_path: &str) -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for route in routes() {
        let mut item = (route.document)(&mut schemas);
        let parameters = parameters(route.path);
        if parameters != json!([]) {
            item["parameters"] = parameters;
        }
        paths.insert(route.path.to_owned(), item);
    }
    let error = schemas.reference::<ErrorBody>();
    let mut responses = Map::new();
    for (status, name, description) in ERRORS {
        let mut response = json!({
            "description": description,
            "content": {"application/json": {"schema": error}},
        });
        if [429, 503].contains(&status) {
            response["headers"] = json!({"Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "integer"},
            }});
        }
        responses.insert(name.to_owned(), response);
    }
    let mut schemas = Value::Object(schemas.0);
    // What goes with what, which structs cannot say.
    schemas["StylePart"] = style_part(&schemas["StylePart"]);
    let either = json!([{"required": ["directions"]}, {"required": ["set"]}]);
    let edit = &mut paths["/v1/edit"]["post"]["requestBody"]["content"];
    edit["multipart/form-data"]["schema"]["anyOf"] = either.clone();
    schemas["EditRequest"]["anyOf"] = either;
    let names: Vec<_> = model.styles().map(|(_, style)| style.name).collect();
    if !names.is_empty() {
        schemas["StyleName"]["enum"] = json!(names);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Utsushi",
            "version": "1",
            "description": "Repaints pictures in the style of others. Errors are JSON with a code \
                for programs, a message and a fix for people.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": format!("{base_path}/")}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Where the server wants one.",
            }},
            "responses": responses,
            "schemas": schemas,
        },
    })
}
