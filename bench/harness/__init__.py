"""What the scenarios share: the machine, the tools, the programs under test, their data, the load, the report."""
