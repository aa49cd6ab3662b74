//! Where a parameter lies, and how its rows of numbers get there and back.

use oddity_kernels::pack::{gate_column, pack, unpack};

/// A parameter of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tensor {
    /// Index of its layer in the network.
    pub(crate) layer: usize,
    /// `kernel`, `recurrent_kernel`, `bias`, `gamma` or `beta`.
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// Its place among all parameters.
    pub(crate) range: std::ops::Range<usize>,
    /// Whether no pass reads it: a recurrent kernel where there is one step. Its gradient and
    /// moments stay 0, and it stays what it is.
    pub(crate) idle: bool,
}

/// The shape of a parameter, and with it the way it is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Matrix {
        n_rows: usize,
        n_columns: usize,
    },
    /// Columns in the order input, forget, candidate, output gate, `units` each.
    Gates {
        n_rows: usize,
        units: usize,
    },
    Row {
        n_columns: usize,
    },
    GateRow {
        units: usize,
    },
}

impl Tensor {
    /// Rows and columns.
    pub(crate) fn shape(&self) -> (usize, usize) {
        match self.form {
            Form::Matrix { n_rows, n_columns } => (n_rows, n_columns),
            Form::Gates { n_rows, units } => (n_rows, 4 * units),
            Form::Row { n_columns } => (1, n_columns),
            Form::GateRow { units } => (1, 4 * units),
        }
    }

    /// Whether products read it.
    pub(crate) fn is_matrix(&self) -> bool {
        matches!(self.form, Form::Matrix { .. } | Form::Gates { .. })
    }

    /// The shape as it is in files: a tensor of one row has one size.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        match (self.form, self.shape()) {
            (Form::Row { .. } | Form::GateRow { .. }, (_, n_columns)) => vec![n_columns],
            (_, (n_rows, n_columns)) => vec![n_rows, n_columns],
        }
    }

    /// `layers.0.kernel`, as it is named in files.
    pub(crate) fn full_name(&self) -> String {
        format!("layers.{}.{}", self.layer, self.name)
    }

    /// Writes rows of numbers to the tensor's place among all parameters.
    pub(crate) fn write(&self, rows: &[f32], values: &mut [f32]) {
        let packed = &mut values[self.range.clone()];
        let (_, n_columns) = self.shape();
        match self.form {
            Form::Matrix { .. } => pack(rows, n_columns, |column| column, packed),
            Form::Gates { units, .. } | Form::GateRow { units } => {
                pack(rows, n_columns, |column| gate_column(units, column), packed);
            }
            // A row may end in less than a panel.
            Form::Row { n_columns } => packed[..n_columns].copy_from_slice(rows),
        }
    }

    /// Reads the tensor's rows of numbers from its place among all parameters.
    pub(crate) fn read(&self, values: &[f32]) -> Vec<f32> {
        let packed = &values[self.range.clone()];
        let (n_rows, n_columns) = self.shape();
        let mut rows = vec![0.0; n_rows * n_columns];
        match self.form {
            Form::Matrix { .. } => unpack(packed, n_columns, |column| column, &mut rows),
            Form::Gates { units, .. } | Form::GateRow { units } => {
                unpack(packed, n_columns, |column| gate_column(units, column), &mut rows);
            }
            Form::Row { n_columns } => rows.copy_from_slice(&packed[..n_columns]),
        }
        rows
    }
}
