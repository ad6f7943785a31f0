"""The CPS card and its family, read by the browser or by an agent on the workstation."""
