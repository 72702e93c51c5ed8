"""A power drawn as a flow chart, inside the page: no script, no style attribute, no file of its own."""

from collections.abc import Sequence
from typing import Any

from django import template

from ..flow_charts import FlowStep, flow_chart

register = template.Library()


@register.inclusion_tag("components/flow_chart.html")
def draw_flow(steps: Sequence[FlowStep], title: str, description: str, key: str) -> dict[str, Any]:
    """{% draw_flow steps title description "power" %}; `key` tells the charts of one page apart.

    The page gives the same steps as an ordered list beside it: the text alternative.
    """
    return {"chart": flow_chart(steps), "title": title, "description": description, "key": key}
