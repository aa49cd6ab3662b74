//! How a test for drift is read: by its `kind`, and without one as a Page-Hinkley test.

use std::collections::BTreeMap;

use serde::de::value::{self, MapDeserializer};
use serde::de::{Error as _, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};

use super::{AdwinParams, DriftTest, PageHinkleyParams};

const PAGE_HINKLEY: &str = "page_hinkley";
const ADWIN: &str = "adwin";

// The tag that serde's derive reads may not be missing, and an untagged enum would not say which
// parameter is unknown.
impl<'de> Deserialize<'de> for DriftTest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DriftTest, D::Error> {
        let mut table = BTreeMap::<String, Plain>::deserialize(deserializer)?;
        let kind = match table.remove("kind") {
            None => PAGE_HINKLEY.to_owned(),
            Some(Plain::Text(kind)) => kind,
            Some(_) => return Err(D::Error::custom("the kind of a test for drift is a text")),
        };
        let params: MapDeserializer<'_, _, value::Error> = MapDeserializer::new(table.into_iter());
        let test = match kind.as_str() {
            PAGE_HINKLEY => PageHinkleyParams::deserialize(params).map(DriftTest::PageHinkley),
            ADWIN => AdwinParams::deserialize(params).map(DriftTest::Adwin),
            other => return Err(D::Error::unknown_variant(other, &[PAGE_HINKLEY, ADWIN])),
        };
        test.map_err(D::Error::custom)
    }
}

/// A value of the table, before it is known which parameter it is.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a parameter of a test for drift is neither a number nor a text")]
enum Plain {
    Count(u64),
    Number(f64),
    Text(String),
}

impl<'de> IntoDeserializer<'de> for Plain {
    type Deserializer = Plain;

    fn into_deserializer(self) -> Plain {
        self
    }
}

impl<'de> Deserializer<'de> for Plain {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        match self {
            Plain::Count(count) => visitor.visit_u64(count),
            Plain::Number(number) => visitor.visit_f64(number),
            Plain::Text(text) => visitor.visit_string(text),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}
