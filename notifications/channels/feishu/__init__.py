"""Feishu (Lark elsewhere): a robot in a group, and an app's messages to one person."""

from __future__ import annotations

from notifications.channels.feishu.app import AppKeys, Feishu
from notifications.channels.feishu.codes import HOST
from notifications.channels.feishu.robot import FeishuRobot, RobotKeys

__all__ = ["HOST", "AppKeys", "Feishu", "FeishuRobot", "RobotKeys"]
