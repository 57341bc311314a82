"""Chart data: any FHIR source to one flat clinical store, beside the claim store.

Streaming reader of FHIR R4 resources (NDJSON, bundles), several practices at once; patients who are
the same person are joined by a stated match; value sets are the user's, never shipped.
"""
