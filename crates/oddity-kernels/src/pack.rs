//! From rows to panels and back, and a packed matrix's transpose.

use crate::product::PANEL;

/// Writes a matrix of rows into panels of 64 columns; columns that do not exist are left.
///
/// `columns` says where a column goes; [`gate_column`] for LSTM kernels, the identity
/// otherwise.
///
/// # Panics
///
/// If a side is too short.
pub fn pack(rows: &[f32], n_columns: usize, columns: impl Fn(usize) -> usize, packed: &mut [f32]) {
    if n_columns == 0 {
        return;
    }
    let n_rows = rows.len() / n_columns;
    for (row, values) in rows.chunks_exact(n_columns).enumerate() {
        for (column, &value) in values.iter().enumerate() {
            packed[place(n_rows, row, columns(column))] = value;
        }
    }
}

/// Reads a matrix of rows out of panels: the inverse of [`pack`].
///
/// # Panics
///
/// If a side is too short.
pub fn unpack(
    packed: &[f32],
    n_columns: usize,
    columns: impl Fn(usize) -> usize,
    rows: &mut [f32],
) {
    if n_columns == 0 {
        return;
    }
    let n_rows = rows.len() / n_columns;
    for (row, values) in rows.chunks_exact_mut(n_columns).enumerate() {
        for (column, value) in values.iter_mut().enumerate() {
            *value = packed[place(n_rows, row, columns(column))];
        }
    }
}

fn place(n_rows: usize, row: usize, column: usize) -> usize {
    (column / PANEL * n_rows + row) * PANEL + column % PANEL
}

/// Where the column of a unit's gate lies among the panels of a layer: column
/// `gate * units + unit` of a kernel in the usual order becomes 16 columns a gate and panel.
pub fn gate_column(units: usize, column: usize) -> usize {
    let (gate, unit) = (column / units, column % units);
    unit / 16 * PANEL + gate * 16 + unit % 16
}

/// Writes one panel of a packed matrix of `n_rows` into its transpose, which is packed too:
/// its rows are the matrix's columns, its panels go over the matrix's rows.
///
/// `transposed` holds the 64 rows of the transpose that this panel makes, as
/// [`transposed_rows`] hands them out.
///
/// # Panics
///
/// If a side is too short.
pub fn pack_transposed(panel: &[f32], n_rows: usize, transposed: &mut [&mut [f32]]) {
    for (block, to) in transposed.iter_mut().enumerate() {
        let first = block * PANEL;
        let rows = PANEL.min(n_rows - first);
        // A block of 64 x 64 in tiles, so that both sides stay in the nearest cache.
        for tile in (0..PANEL).step_by(16) {
            for row in 0..rows {
                let from = &panel[(first + row) * PANEL + tile..][..16];
                for (column, &value) in from.iter().enumerate() {
                    to[(tile + column) * PANEL + row] = value;
                }
            }
        }
    }
}

/// Numbers of the transpose of `n_panels` panels with `n_rows` rows.
pub fn transposed_len(n_panels: usize, n_rows: usize) -> usize {
    n_rows.div_ceil(PANEL) * n_panels * PANEL * PANEL
}

/// Cuts a transpose into what each of `n_panels` panels writes: one block of 64 by 64 for every
/// 64 of its rows.
///
/// # Panics
///
/// If the length is not [`transposed_len`].
pub fn transposed_rows(
    transposed: &mut [f32],
    n_panels: usize,
    n_rows: usize,
) -> Vec<Vec<&mut [f32]>> {
    assert_eq!(transposed.len(), transposed_len(n_panels, n_rows), "a transpose's length");
    let mut parts: Vec<Vec<&mut [f32]>> = (0..n_panels).map(|_| Vec::new()).collect();
    for (at, block) in transposed.chunks_exact_mut(PANEL * PANEL).enumerate() {
        parts[at % n_panels].push(block);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::packed_len;

    #[test]
    fn a_matrix_survives_its_panels() {
        let (n_rows, units) = (5, 21);
        let rows: Vec<f32> = (0..n_rows * 4 * units).map(|i| i as f32 + 1.0).collect();
        let columns = |column| gate_column(units, column);
        let mut packed = vec![0.0; 2 * n_rows * PANEL];
        pack(&rows, 4 * units, columns, &mut packed);
        assert_eq!(packed.iter().filter(|&&value| value != 0.0).count(), rows.len());
        let mut again = vec![0.0; rows.len()];
        unpack(&packed, 4 * units, columns, &mut again);
        assert_eq!(again, rows);
    }

    #[test]
    fn a_transpose_holds_rows_as_columns() {
        let (n_rows, n_columns) = (70, 130);
        let rows: Vec<f32> = (0..n_rows * n_columns).map(|i| i as f32 + 1.0).collect();
        let mut packed = vec![0.0; packed_len(n_rows, n_columns)];
        pack(&rows, n_columns, |column| column, &mut packed);
        let mut transposed = vec![0.0; transposed_len(3, n_rows)];
        let panels = packed.chunks_exact(n_rows * PANEL);
        for (panel, mut to) in panels.zip(transposed_rows(&mut transposed, 3, n_rows)) {
            pack_transposed(panel, n_rows, &mut to);
        }
        let mut again = vec![0.0; 3 * PANEL * n_rows];
        unpack(&transposed, n_rows, |column| column, &mut again);
        for row in 0..n_rows {
            for column in 0..n_columns {
                assert_eq!(again[column * n_rows + row], rows[row * n_columns + column]);
            }
        }
    }
}
