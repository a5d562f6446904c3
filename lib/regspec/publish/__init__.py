"""From executed notebooks to the website: display, glue, scoreboard, runner, manifest, build."""
