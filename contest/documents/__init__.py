"""Official documents: one plain structure built from data, written as Word, PDF and workbook."""
