"""What a quality run hands over: QRDA III, QPP submissions, MeasureReports, VBP reports."""
