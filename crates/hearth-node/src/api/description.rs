//! The description of the API (OpenAPI 3.1), made from the same table as the router and from the types that the
//! routes take and give, so that neither can say something else than the other.

use axum::http::Method;
use hearth_api::ApiError;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{IntoParams, ToSchema};

/// Collects the description, route by route.
pub(super) struct Description {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Description {
    pub(super) fn new() -> Self {
        let mut description = Self { paths: Paths::new(), schemas: Vec::new() };
        description.add_schema::<ApiError>();
        description
    }

    /// Adds one route.
    pub(super) fn add(&mut self, method: &Method, path: &str, about: About) {
        let parameters = parameters_of(path).chain(about.parameters);
        let failure = ResponseBuilder::new()
            .description("Refused, or failed: the status is the code's.")
            .content(JSON, content_of::<ApiError>());
        let operation = OperationBuilder::new()
            .operation_id(Some(about.name))
            .summary(Some(about.summary))
            .parameters(Some(parameters))
            .request_body(about.takes)
            .response(about.status.to_string(), about.gives)
            .response("default", failure);
        self.schemas.extend(about.schemas);
        let methods = method_of(method).into_iter().collect();
        self.paths.add_path_operation(path, methods, operation);
    }

    pub(super) fn build(self) -> OpenApi {
        let info = InfoBuilder::new()
            .title("Hearth's local API")
            .description(Some("HTTP/1.1 on a Unix socket of one's own. Ids are 64 hexadecimal digits."))
            .version(env!("CARGO_PKG_VERSION"));
        let components = ComponentsBuilder::new().schemas_from_iter(self.schemas);
        OpenApiBuilder::new().info(info).paths(self.paths).components(Some(components.build())).build()
    }

    fn add_schema<T: ToSchema>(&mut self) {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
    }
}

/// What one route does, takes and gives.
pub(super) struct About {
    name: &'static str,
    summary: &'static str,
    status: u16,
    parameters: Vec<Parameter>,
    takes: Option<utoipa::openapi::request_body::RequestBody>,
    gives: utoipa::openapi::Response,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl About {
    /// Describes a route that gives `T`, as JSON.
    pub(super) fn gives<T: ToSchema>(name: &'static str, summary: &'static str) -> Self {
        Self::new::<T>(name, summary, JSON)
    }

    /// Describes a route that gives a stream of `T`, as server-sent events.
    pub(super) fn streams<T: ToSchema>(name: &'static str, summary: &'static str) -> Self {
        Self::new::<T>(name, summary, "text/event-stream")
    }

    /// Describes a route that gives any JSON.
    pub(super) fn gives_any(name: &'static str, summary: &'static str) -> Self {
        let gives =
            ResponseBuilder::new().description("Done.").content(JSON, ContentBuilder::new().build()).build();
        Self { name, summary, status: 200, parameters: Vec::new(), takes: None, gives, schemas: Vec::new() }
    }

    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        let body = RequestBodyBuilder::new().content(JSON, content_of::<T>()).required(Some(Required::True));
        self.takes = Some(body.build());
        self.with_schema::<T>()
    }

    pub(super) fn query<T: IntoParams>(mut self) -> Self {
        self.parameters = T::into_params(|| Some(ParameterIn::Query));
        self
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn new<T: ToSchema>(name: &'static str, summary: &'static str, media_type: &str) -> Self {
        let gives =
            ResponseBuilder::new().description("Done.").content(media_type, content_of::<T>()).build();
        let about = Self {
            name,
            summary,
            status: 200,
            parameters: Vec::new(),
            takes: None,
            gives,
            schemas: Vec::new(),
        };
        about.with_schema::<T>()
    }

    fn with_schema<T: ToSchema>(mut self) -> Self {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        self
    }
}

fn content_of<T: ToSchema>() -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build()
}

/// Returns the parameters that a path names in braces: ids, all of them.
fn parameters_of(path: &str) -> impl Iterator<Item = Parameter> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(|name| {
        let id = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{64}$"));
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(id))
            .build()
    })
}

fn method_of(method: &Method) -> Option<HttpMethod> {
    [(Method::GET, HttpMethod::Get), (Method::POST, HttpMethod::Post), (Method::DELETE, HttpMethod::Delete)]
        .into_iter()
        .find_map(|(known, name)| (known == *method).then_some(name))
}

const JSON: &str = "application/json";
